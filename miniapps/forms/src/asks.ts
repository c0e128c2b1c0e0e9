import { urlOf } from '@kangbao/shared/contracts/client.ts'
import { getFilling } from '@kangbao/shared/contracts/submissions.ts'

/** What a card in chat opens is a form to fill: it is asked for beside whom the session stands for. */
export function asks(path: string): string | null {
  const [, formId] = /^\/fill\/([^/]+)$/.exec(path) ?? []
  return formId ? urlOf('', getFilling.path, { formId: decodeURIComponent(formId) }, {}) : null
}
