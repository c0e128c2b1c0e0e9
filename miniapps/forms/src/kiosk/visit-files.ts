import { onScopeDispose } from 'vue'
import type { FilePurpose } from '@kangbao/shared/contracts/files.ts'
import type { Answers, FileRef } from '@kangbao/shared/forms/answers.ts'
import type { FileKeeper } from '@kangbao/kit/form/files/file-keeper.ts'
import { refsIn } from '@kangbao/kit/form/files/file-refs.ts'
import { newFileId } from '@kangbao/kit/form/files/new-file-id.ts'

export interface VisitFile {
  /** Of the tablet’s choosing; the answers name the file by it. */
  readonly key: string
  readonly purpose: FilePurpose
  readonly name: string
  readonly bytes: Blob
}
export type SendFile = (file: VisitFile, signal: AbortSignal) => Promise<unknown>

/**
 * Photos and signatures of one form of one visit: in the memory of the page and nowhere else, and gone with the component
 * that made this. What is on its way then is broken off.
 */
export function useVisitFiles(send: SendFile): FileKeeper & { sendAll(answers: Answers): Promise<void> } {
  const kept = new Map<string, VisitFile>()
  const sendings = new Map<string, Promise<unknown>>()
  const over = new AbortController()
  onScopeDispose(() => {
    over.abort()
    kept.clear()
    sendings.clear()
  })

  async function upload({ id }: FileRef): Promise<null> {
    const file = kept.get(id)
    if (!file) return null
    const sending = sendings.get(id) ?? send(file, over.signal)
    sendings.set(id, sending)
    try {
      await sending
    } catch (error) {
      sendings.delete(id) // the next one tries again
      throw error
    }
    return null
  }
  return {
    isLasting: false,
    keep(_api, { bytes, name, type }, purpose) {
      const id = newFileId()
      kept.set(id, { key: id, purpose, name, bytes })
      return Promise.resolve({ id, name, type, sizeBytes: bytes.size })
    },
    read: (_api, { id }) => Promise.resolve(kept.get(id) ?? null),
    upload: (_api, ref) => upload(ref),
    drop(refs) {
      for (const { id } of refs) {
        kept.delete(id)
        sendings.delete(id)
      }
      return Promise.resolve()
    },
    async sendAll(answers) {
      for (const ref of refsIn(answers)) await upload(ref)
    },
  }
}
