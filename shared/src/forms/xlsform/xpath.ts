import { XlsFormFault } from './report.ts'

export type Comparison = '=' | '!=' | '<' | '<=' | '>' | '>='
export type Arithmetic = '+' | '-' | '*' | 'div'

/** The part of XPath that XLSForms are written in. */
export type XPath =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  /** `${name}` */
  | { readonly kind: 'field'; readonly name: string }
  /** `.`: the answer a constraint is about. */
  | { readonly kind: 'self' }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly XPath[] }
  | { readonly kind: 'compare'; readonly op: Comparison; readonly left: XPath; readonly right: XPath }
  | { readonly kind: 'sum'; readonly op: Arithmetic; readonly left: XPath; readonly right: XPath }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly XPath[] }

/** Letters of an expression that is read. */
export const longest = 8_000
const deepest = 40
const token =
  /(\d+(?:\.\d*)?|\.\d+)|"([^"]*)"|'([^']*)'|\$\{([^${}]+)\}|([A-Za-z_][A-Za-z0-9_-]*)|(!=|<=|>=|[=<>+\-*(),.])/y

interface Token {
  readonly kind: 'number' | 'text' | 'field' | 'name' | 'sign'
  readonly text: string
  readonly at: number
}

function tokensOf(source: string): Token[] {
  if (source.length > longest) throw new XlsFormFault('xpath.too-deep')
  const tokens: Token[] = []
  for (let at = 0; at < source.length;) {
    if (/\s/.test(source.charAt(at))) {
      at += 1
      continue
    }
    token.lastIndex = at
    const match = token.exec(source)
    if (!match) throw new XlsFormFault('xpath.unexpected', source.slice(at).trim())
    const [, number, double, single, field, name, sign] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number, at })
    else if (double !== undefined || single !== undefined)
      tokens.push({ kind: 'text', text: double ?? single ?? '', at })
    else if (field !== undefined) tokens.push({ kind: 'field', text: field.trim(), at })
    else if (name !== undefined) tokens.push({ kind: 'name', text: name, at })
    else tokens.push({ kind: 'sign', text: sign ?? '', at })
    at = token.lastIndex
  }
  return tokens
}

/**
 * Reads an expression of an XLSForm.
 * @throws XlsFormFault `xpath.…`
 */
export function readXPath(source: string): XPath {
  const tokens = tokensOf(source)
  let next = 0
  let depth = 0

  const fail = (): never => {
    const at = tokens[next]?.at
    throw new XlsFormFault('xpath.unexpected', at === undefined ? source.slice(-20) : source.slice(at).trim())
  }
  const isNext = (kind: 'sign' | 'name', ...texts: readonly string[]) => {
    const given = tokens[next]
    return given?.kind === kind && texts.includes(given.text)
  }
  const take = (kind: 'sign' | 'name', ...texts: readonly string[]): string | null => {
    if (!isNext(kind, ...texts)) return null
    next += 1
    return tokens[next - 1]?.text ?? null
  }
  const expect = (sign: string) => take('sign', sign) ?? fail()

  function joined(word: 'or' | 'and', part: () => XPath): XPath {
    const first = part()
    const parts = [first]
    while (take('name', word)) parts.push(part())
    return parts.length === 1 ? first : { kind: word, parts }
  }
  function whole(): XPath {
    depth += 1
    if (depth > deepest) throw new XlsFormFault('xpath.too-deep')
    const read = joined('or', () => joined('and', comparison))
    depth -= 1
    return read
  }
  function comparison(): XPath {
    let left = sum()
    for (;;) {
      const op = take('sign', '=', '!=', '<', '<=', '>', '>=')
      if (op === null) return left
      left = { kind: 'compare', op: op as Comparison, left, right: sum() } // one of those asked for
    }
  }
  function sum(): XPath {
    let left = product()
    for (;;) {
      const op = take('sign', '+', '-')
      if (op === null) return left
      left = { kind: 'sum', op: op === '+' ? '+' : '-', left, right: product() }
    }
  }
  function product(): XPath {
    let left = signed()
    for (;;) {
      const op = take('sign', '*') ?? take('name', 'div')
      if (op === null) return left
      left = { kind: 'sum', op: op === '*' ? '*' : 'div', left, right: signed() }
    }
  }
  function signed(): XPath {
    if (!take('sign', '-')) return primary()
    const of = primary()
    if (of.kind === 'number') return { kind: 'number', value: -of.value }
    return { kind: 'sum', op: '-', left: { kind: 'number', value: 0 }, right: of }
  }
  function primary(): XPath {
    const given = tokens[next]
    if (!given) return fail()
    if (take('sign', '(')) {
      const inner = whole()
      expect(')')
      return inner
    }
    if (take('sign', '.')) return { kind: 'self' }
    if (given.kind === 'sign') return fail()
    next += 1
    if (given.kind === 'number') return { kind: 'number', value: Number(given.text) }
    if (given.kind === 'text') return { kind: 'text', value: given.text }
    if (given.kind === 'field') return { kind: 'field', name: given.text }
    if (!take('sign', '(')) {
      next -= 1
      return fail()
    }
    const args: XPath[] = []
    if (!isNext('sign', ')')) {
      do args.push(whole())
      while (take('sign', ','))
    }
    expect(')')
    return { kind: 'call', name: given.text, args }
  }

  const read = whole()
  return next === tokens.length ? read : fail()
}

/** A number as XPath writes it: no exponent. */
export function numberText(value: number): string {
  if (Number.isInteger(value)) return value.toFixed(0)
  let text = value.toFixed(9)
  while (text.endsWith('0')) text = text.slice(0, -1)
  return text
}

/** A text as XPath writes it, which has no way to write both quotes; null for one that has both. */
export function quoted(text: string): string | null {
  if (!text.includes("'")) return `'${text}'`
  return text.includes('"') ? null : `"${text}"`
}

/** An expression in which the answer it is about has a name. */
export function selfAs(read: XPath, name: string): XPath {
  const of = (part: XPath) => selfAs(part, name)
  if (read.kind === 'self') return { kind: 'field', name }
  if (read.kind === 'call') return { ...read, args: read.args.map(of) }
  if (read.kind === 'and' || read.kind === 'or') return { ...read, parts: read.parts.map(of) }
  return 'left' in read ? { ...read, left: of(read.left), right: of(read.right) } : read
}
