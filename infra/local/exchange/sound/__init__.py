"""Real sound: speech, media, tones, mixing and recordings, in 8 kHz G.711."""
