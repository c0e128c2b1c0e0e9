/** Where the platform's suite tickets are kept between restarts. */
export interface TicketStore {
  /** The newest ticket known, possibly a moment old; null before the first push. */
  read(app: string): Promise<string | null>
  /** Reads again at the next call: the platform refused the one we had. */
  forget(app: string): void
}
