import { createPublicKey, type KeyObject } from 'node:crypto'
import { hashOfLine } from './anchor.ts'

/** A line this long travels whole; of a longer one its hash is proof enough. */
const longestLine = 100_000

/** The mail that carries an anchor away: ids and hashes, nothing else. */
export function anchorMail(key: KeyObject, line: string): { subject: string; text: string; hash: string } {
  const hash = hashOfLine(line)
  const publicKey = createPublicKey(key).export({ format: 'pem', type: 'spki' }).toString()
  const text = [
    '审计日志锚点。请妥善保存本邮件：校验时用于证明日志未被改动或截断。',
    'Anchor of the audit logs. Keep this mail: it proves that the logs were neither changed nor cut off.',
    '',
    `SHA-256: ${hash}`,
    '',
    line.length <= longestLine ? line : '(anchors/anchors.jsonl)',
    '',
    publicKey,
  ].join('\n')
  return { subject: `康报 审计锚点 audit anchor ${hash.slice(0, 16)}`, text, hash }
}
