import { defineStore } from 'pinia'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import { uploadFile, type FilePurpose, type StoredFile } from '@kangbao/shared/contracts/files.ts'
import type { Answers, FileRef } from '@kangbao/shared/forms/answers.ts'
import { useSession } from '../../session/session-store.ts'
import { useSealed } from '../../storage/sealed-storage.ts'
import { refsIn } from './file-refs.ts'
import { newFileId } from './new-file-id.ts'
import type { PreparedFile } from './prepare-file.ts'

interface Kept {
  readonly purpose: FilePurpose
  readonly name: string
  readonly bytes: Blob
}

const nameOf = (id: string) => `file:${id}`
/** What is not secret of a file lies before its bytes: one byte of purpose, two of length, the name. */
const purposes: readonly FilePurpose[] = ['photo', 'document', 'signature']

/**
 * Files chosen but not yet filed. Each is named by an id of the phone's choosing, in draft, queue and answer alike; the
 * server knows the file by it as well, so that sending it again is the same file. Sealed on the device until the
 * answers are received (S-78).
 */
export const usePendingFiles = defineStore('pending-files', () => {
  const sealed = useSealed()
  const session = useSession()
  const kept = new Map<string, Kept>()
  const uploads = new Map<string, Promise<StoredFile>>()
  let owner: string | null = null

  /** Nothing of who was signed in before. */
  function mine(): void {
    const id = session.member?.id ?? null
    if (owner === id) return
    owner = id
    kept.clear()
    uploads.clear()
  }

  /** Takes a file up; it is on the device when this resolves, or at least at hand while the page is open. */
  async function keep(api: Client, file: PreparedFile, purpose: FilePurpose): Promise<FileRef> {
    mine()
    const id = newFileId()
    kept.set(id, { purpose, name: file.name, bytes: file.bytes })
    await sealed.writeBytes(api, nameOf(id), await packed(purpose, file)).catch(() => undefined)
    return { id, name: file.name, type: file.type, sizeBytes: file.bytes.size }
  }
  /** Null when the device does not have it: then the server does, or nobody. @throws as `useSealed().read`. */
  async function read(api: Client, { id, type }: FileRef): Promise<Kept | null> {
    mine()
    const known = kept.get(id)
    if (known) return known
    const bytes = await sealed.readBytes(api, nameOf(id))
    const file = bytes && unpacked(bytes, type)
    if (file) kept.set(id, file)
    return file
  }

  /** Sends a file the device has, once at a time; null when it does not have it. @throws as the call. */
  async function upload(api: Client, ref: FileRef): Promise<StoredFile | null> {
    const file = await read(api, ref)
    if (!file) return null
    const sending = uploads.get(ref.id) ?? send(api, ref.id, file)
    uploads.set(ref.id, sending)
    return sending
  }
  async function send(api: Client, key: string, { purpose, name, bytes }: Kept): Promise<StoredFile> {
    try {
      return await api.call(uploadFile, { query: { purpose, key } }, { file: { bytes, name } })
    } catch (error) {
      uploads.delete(key) // the next one tries again
      throw error
    }
  }
  /** Sends every file of these answers the device still has, one after another. @throws as the call. */
  async function uploadAll(api: Client, answers: Answers): Promise<void> {
    for (const ref of refsIn(answers)) await upload(api, ref)
  }
  /** Answers named these files and are received, or nobody names them any more. */
  async function drop(refs: readonly FileRef[]): Promise<void> {
    for (const { id } of refs) {
      kept.delete(id)
      uploads.delete(id)
      await sealed.removeBytes(nameOf(id))
    }
  }
  return { isLasting: true, keep, read, upload, uploadAll, drop }
})

async function packed(purpose: FilePurpose, { name, bytes }: PreparedFile): Promise<Uint8Array<ArrayBuffer>> {
  const title = new TextEncoder().encode(name)
  const head = Uint8Array.of(purposes.indexOf(purpose), title.length >> 8, title.length & 0xff)
  return new Uint8Array(await new Blob([head, title, bytes]).arrayBuffer())
}
function unpacked(bytes: Uint8Array<ArrayBuffer>, type: string): Kept | null {
  const [which = -1, high = 0, low = 0] = bytes
  const purpose = purposes[which]
  const end = 3 + (high << 8) + low
  if (!purpose) return null
  const name = new TextDecoder().decode(bytes.slice(3, end))
  return { purpose, name, bytes: new Blob([bytes.slice(end)], { type }) }
}
