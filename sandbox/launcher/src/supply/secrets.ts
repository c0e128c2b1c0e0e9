import { createHash } from 'node:crypto'
import { secretRules, type SecretRule } from './secret-rules.ts'

export interface Finding {
  readonly rule: string
  /** Where: a path, or a path of a commit. */
  readonly where: string
  readonly line: number
  /** First characters of a hash of the secret: names it without repeating it. */
  readonly print: string
}

/** Longer lines are data or bundles; their secrets are found as well, from the part around the match. */
const isText = (bytes: Buffer): boolean => !bytes.subarray(0, 8_000).includes(0)

/** Everything in a file that looks like a secret (S-95). What is no text has none that these rules could see. */
export function secretsIn(where: string, bytes: Buffer, known: ReadonlySet<string> = new Set()): Finding[] {
  if (!isText(bytes)) return []
  const text = bytes.toString('utf8')
  return secretRules.flatMap((rule) =>
    matches(rule, text)
      .map(({ secret, at }) => ({ rule: rule.name, where, line: lineAt(text, at), print: printOf(secret) }))
      .filter(({ print }) => !known.has(print)),
  )
}

function matches(rule: SecretRule, text: string): { secret: string; at: number }[] {
  return [...text.matchAll(rule.pattern)].flatMap((match) => {
    const secret = match.groups?.['secret'] ?? match[0]
    if (rule.unless?.test(secret)) return []
    if (rule.leastEntropy !== undefined && entropyOf(secret) < rule.leastEntropy) return []
    return [{ secret, at: match.index }]
  })
}

/** Names a secret in the list of known ones. */
export const printOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('hex').slice(0, 16)

/** Shannon entropy in bits per character. */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()].reduce((sum, count) => {
    const share = count / text.length
    return sum - share * Math.log2(share)
  }, 0)
}

const lineAt = (text: string, at: number): number => text.slice(0, at).split('\n').length
