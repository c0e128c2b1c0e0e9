/**
 * Gives a file to the person the way the device does it best: a phone's own sheet where there is one that takes files,
 * else as a download. Whoever closes the sheet has decided; nothing follows.
 */
export async function handOver(file: Blob, name: string): Promise<void> {
  const files = [new File([file], name, { type: file.type })]
  const isPhone = matchMedia('(pointer: coarse)').matches
  if (!isPhone || !('canShare' in navigator) || !navigator.canShare({ files })) return saveFile(file, name)
  try {
    await navigator.share({ files, title: name })
  } catch (cause) {
    const isClosed = cause instanceof DOMException && cause.name === 'AbortError'
    if (!isClosed) saveFile(file, name)
  }
}

/** Hands bytes to the browser to be saved under a name. */
export function saveFile(file: Blob, name: string): void {
  const url = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken the address by the next turn.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
