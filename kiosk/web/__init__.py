"""The pages: door for families, flow for organisers, paper in a rehearsal, and the stations' API."""
