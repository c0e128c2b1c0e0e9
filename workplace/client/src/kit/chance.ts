/** A number from 0 up to 1, from the system's chance: so that many devices do not do the same at the same moment. */
export const chance = (): number => (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
