"""The pieces that serverless.yml includes, and the step that builds what is deployed."""
