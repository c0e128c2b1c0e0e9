const kibibyte = 1024

/** A size as people read it: `12 KB`, `3.4 MB`. */
export function sizeText(bytes: number): string {
  if (bytes < kibibyte * kibibyte) return `${Math.max(1, Math.round(bytes / kibibyte))} KB`
  return `${(bytes / kibibyte / kibibyte).toFixed(1)} MB`
}
