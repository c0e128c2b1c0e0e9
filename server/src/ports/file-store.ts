/** Where one stored stream of bytes lies. */
export interface FilePlace {
  readonly orgId: string
  readonly fileId: string
  /** `arrival`: a picture as it came, until it is drawn anew. */
  readonly part: 'arrival' | 'content' | 'thumbnail'
}

/** A shelf for bytes that are sealed before they come here; it knows neither their names nor what they hold. */
export interface FileStore {
  /**
   * Stores a stream under a place nothing lies at yet; on failure the caller removes what is there.
   * @throws FileStoreAway, and whatever the stream throws.
   */
  write(place: FilePlace, bytes: AsyncIterable<Buffer>): Promise<void>
  /**
   * The bytes from `start` to before `end`.
   * @throws Error when nothing lies there, FileStoreAway.
   */
  read(place: FilePlace, range: { readonly start: number; readonly end: number }): AsyncIterable<Buffer>
  /** Takes the bytes away for good; nothing there is as well. */
  remove(place: FilePlace): Promise<void>
}

/** The store gives no answer, or none that helps: the same again, a little later, may succeed. */
export class FileStoreAway extends Error {
  override readonly name = 'FileStoreAway'
}
