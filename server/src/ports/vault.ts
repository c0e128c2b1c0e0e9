/** Where a sealed value stands; bound into the seal, so that a value moved to another row does not open. */
export interface SealedPlace {
  readonly orgId: string
  readonly table: string
  readonly column: string
  /** Row id, or whatever names the row inside the table. */
  readonly row: string
}

/** Seals what must not be readable in the database. */
export interface Vault {
  seal(place: SealedPlace, text: string): Buffer
  /** @throws Error when the value was changed, moved, or sealed under an unknown key. */
  open(place: SealedPlace, sealed: Buffer): string
  /** Keyed hash for exact look-up of a value nobody may read; 32 bytes. */
  lookupHash(purpose: string, text: string): Buffer
}
