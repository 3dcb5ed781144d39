"""What the specialist's board reads: rollups written with each submission, so that a page never counts attempts."""
