# task: Crc_4
# verdict: PROVED
POLY = 0b0011


def program(bits):
    crc = 0
    out = []
    for bit in bits:
        top = (crc >> 3) & 1
        crc = (crc << 1) & 15
        if top ^ bit:
            crc = crc ^ POLY
        out.append(crc)
    return out
