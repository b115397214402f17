"""What the inspector makes of the journal: which calls there were, and each as a ladder."""
