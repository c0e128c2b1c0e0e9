import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One request of a load: what varies between requests of one run. */
export interface LoadRequest {
  readonly method: 'GET' | 'PUT' | 'POST'
  readonly path: string
  readonly token: string
  readonly body?: string
}

/** Writes a load's requests to a file both generators read: method, path, token and body, tab separated. */
export function writeRequests(folder: string, name: string, requests: readonly LoadRequest[]): string {
  const file = join(folder, `${name}.tsv`)
  const line = ({ method, path, token, body }: LoadRequest) => [method, path, token, body ?? ''].join('\t')
  writeFileSync(file, requests.map(line).join('\n'))
  return file
}
