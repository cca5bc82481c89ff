# task: Newton_Freebody
# verdict: REFUTED, the position moves before the velocity
def program(forces):
    v = 0
    r = 0
    track = []
    for f in forces:
        r += v
        v += f
        track.append(r)
    return track
