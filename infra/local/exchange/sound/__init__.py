"""Real sound for the machines: speech, media, tones, mixing and recordings, in 8 kHz G.711."""
