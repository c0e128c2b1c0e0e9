import { Agent as HttpAgent } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import { Readable } from 'node:stream'
import type { S3Client } from '@aws-sdk/client-s3'
import { assertUuid } from '../../db/ids.ts'
import { FileStoreAway, type FilePlace, type FileStore } from '../../ports/file-store.ts'
import { guardedLookup, tlsOptions } from '../outgoing/outgoing.ts'

export interface S3Settings {
  readonly bucket: string
  readonly region: string
  /** Of a store that is not Amazon's. */
  readonly endpoint?: string | undefined
  /** The bucket in the path instead of in the host name, as stores on one's own machines want it. */
  readonly isPathStyle: boolean
  /** Without it: the environment, a role of the machine, whatever the library finds. */
  readonly key?: { readonly id: string; readonly secret: string } | undefined
  /** Hosts that look public and lie in a network of one's own. */
  readonly privateHosts?: readonly string[]
  /** Milliseconds a line may be silent; tests shorten it. */
  readonly silenceMs?: number
}

/** Two of these are in memory for each upload; what is smaller goes in one request. */
const partBytes = 5 * 1024 * 1024
const sideBySide = 2
const attempts = 3
/** A store that is silent this long, three times, is away; nobody waits more than ten seconds for that. */
const longestSilenceMs = 3_000
const longestRequestMs = 60_000

type Library = typeof import('@aws-sdk/client-s3')
type Uploads = typeof import('@aws-sdk/lib-storage')

/**
 * Files in a bucket of an S3-compatible store, under the same names as in a local folder, so that one can be copied to
 * the other. What lies there is sealed already: the store sees ids and lengths. The library is loaded with the first
 * file, not with the server.
 */
export function s3Files(settings: S3Settings): FileStore {
  let opened: Promise<{ s3: Library; uploads: Uploads; client: S3Client }> | undefined
  const open = () => (opened ??= connect(settings))
  const at = ({ orgId, fileId, part }: FilePlace) => ({
    Bucket: settings.bucket,
    // The end of an id is random, its beginning is the time: only the end spreads evenly.
    Key: `${assertUuid(orgId)}/${assertUuid(fileId).slice(-2)}/${fileId}.${part}`,
  })

  /** From `start` on to the end of the range, or to where the line breaks. */
  async function piecesOf(place: FilePlace, start: number, end: number): Promise<AsyncIterable<Buffer>> {
    const { s3, client } = await open()
    const command = new s3.GetObjectCommand({ ...at(place), Range: `bytes=${start}-${end - 1}` })
    const { Body, ContentRange } = await client.send(command)
    // A store that knows no ranges would send the whole.
    if (!(Body instanceof Readable) || !ContentRange?.startsWith(`bytes ${start}-${end - 1}/`))
      throw new Error('the store sent another range')
    return Body
  }

  return {
    async write(place, bytes) {
      const { uploads, client } = await open()
      const source = watched(bytes)
      const params = { ...at(place), Body: Readable.from(source.bytes, { objectMode: false }) }
      // On failure the parts that are there are thrown away; the object comes to be by its last request only.
      const upload = new uploads.Upload({ client, params, partSize: partBytes, queueSize: sideBySide })
      try {
        await upload.done()
      } catch (error) {
        throw source.failure() ?? away(error)
      }
    },
    async *read(place, { start, end }) {
      let next = start
      while (next < end) {
        const begun = next
        try {
          for await (const piece of await piecesOf(place, next, end)) {
            next += piece.length
            yield piece
          }
          if (next < end) throw new Error('the store sent less than it has')
        } catch (error) {
          if (isMissing(error)) throw error
          // A line that breaks is taken up where it broke; one that never spoke the library has tried again already.
          if (next === begun) throw away(error)
        }
      }
    },
    async remove(place) {
      const { s3, client } = await open()
      await client.send(new s3.DeleteObjectCommand(at(place))).catch((error: unknown) => {
        throw away(error)
      })
    },
  }
}

async function connect(settings: S3Settings) {
  const { endpoint, region, isPathStyle, key, privateHosts = [], silenceMs = longestSilenceMs } = settings
  const [s3, uploads] = await Promise.all([import('@aws-sdk/client-s3'), import('@aws-sdk/lib-storage')])
  // Names lead where outside systems are (S-86), as everywhere else.
  const lookup = guardedLookup(privateHosts)
  const client = new s3.S3Client({
    region,
    forcePathStyle: isPathStyle,
    maxAttempts: attempts,
    requestHandler: {
      httpAgent: new HttpAgent({ keepAlive: true, maxSockets: 50, lookup }),
      httpsAgent: new HttpsAgent({ keepAlive: true, maxSockets: 50, lookup, ...tlsOptions }),
      connectionTimeout: silenceMs,
      socketTimeout: silenceMs,
      requestTimeout: longestRequestMs,
      throwOnRequestTimeout: true,
    },
    // Others know no checksums in trailers; every chunk is authenticated by its seal anyway.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint ? { endpoint } : {}),
    ...(key ? { credentials: { accessKeyId: key.id, secretAccessKey: key.secret } } : {}),
  })
  return { s3, uploads, client }
}

/** Remembers what went wrong with the source, which is not the store's fault. */
function watched(bytes: AsyncIterable<Buffer>) {
  let failure: Error | undefined
  async function* pass() {
    try {
      yield* bytes
    } catch (error) {
      failure = error instanceof Error ? error : new Error('the source failed', { cause: error })
      throw error
    }
  }
  return { bytes: pass(), failure: () => failure }
}

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'NoSuchKey'

/** Only the kind of failure is kept: the library's errors hold requests, and those hold keys. */
function away(error: unknown): FileStoreAway {
  const why = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown'
  return new FileStoreAway(why.slice(0, 200))
}
