/** Where a sealed value stands; bound into the seal, so that a value moved to another row does not open. */
export interface SealedPlace {
  readonly orgId: string
  readonly table: string
  readonly column: string
  /** Row id, or whatever names the row inside the table. */
  readonly row: string
}

/** Seals at once for orgs whose keys are at hand. */
export interface Sealer {
  /** @throws Error for an org the sealer was not made for. */
  seal(place: SealedPlace, text: string): Buffer
}

/**
 * Seals what must not be readable in the database, under a key of the org. Keys are read when first needed and
 * kept for a minute; with them at hand nothing is asked of the database.
 */
export interface Vault {
  /** A sealer for these orgs; of those that have no key yet, one is made. */
  sealer(orgIds: readonly string[]): Promise<Sealer>
  seal(place: SealedPlace, text: string): Promise<Buffer>
  /** @throws Error when the value was changed, moved, or its key is gone. */
  open(place: SealedPlace, sealed: Buffer): Promise<string>
  /**
   * Keyed hash for exact look-up of a value nobody may read; 32 bytes. The same value gives another hash in another
   * org and for another purpose (S-35).
   * @param orgId `systemOrgId` for what is looked up before any org is known.
   */
  lookupHash(orgId: string, purpose: string, text: string): Promise<Buffer>
  /** Destroys the keys of an org: what was sealed for it is unreadable from now on, everywhere within a minute. */
  shred(orgId: string): Promise<void>
}
