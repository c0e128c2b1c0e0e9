import { inject, type Component, type InjectionKey } from 'vue'
import type { Client } from '@kangbao/shared/contracts/client.ts'
import type { FilePurpose, StoredFile } from '@kangbao/shared/contracts/files.ts'
import type { FileRef } from '@kangbao/shared/forms/answers.ts'
import { usePendingFiles } from './pending-files.ts'
import type { PreparedFile } from './prepare-file.ts'

/** Where files are that were chosen and are not filed yet, and how they are sent. */
export interface FileKeeper {
  /** What could not be sent is still there tomorrow; else it has to be sent before the page is left. */
  readonly isLasting: boolean
  keep(api: Client, file: PreparedFile, purpose: FilePurpose): Promise<FileRef>
  /** Null when the device does not have it. */
  read(api: Client, file: FileRef): Promise<{ readonly bytes: Blob } | null>
  /** Sends a file the device has, once at a time; null when it does not have it, or nothing of it comes back. */
  upload(api: Client, file: FileRef): Promise<StoredFile | null>
  drop(files: readonly FileRef[]): Promise<void>
}

/** A page whose device is nobody’s keeps files in its own way. */
export const fileKeeperKey: InjectionKey<FileKeeper> = Symbol('file keeper')
/** The page’s own camera, in place of the device’s, which would keep the picture; it emits `taken` with a file, and `close`. */
export const cameraKey: InjectionKey<Component> = Symbol('camera')

/** The page’s own keeper, else the one of whoever is signed in. */
export function useFileKeeper(): FileKeeper {
  return inject(fileKeeperKey, null) ?? usePendingFiles()
}
