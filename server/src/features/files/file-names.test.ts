import { describe, expect, it } from 'vitest'
import { figure } from '@kangbao/launcher/figure.ts'
import { asAttachment, harmlessName } from './file-names.ts'

describe('S-67: names', () => {
  it.each([
    ['体检报告.pdf', '体检报告.pdf'],
    ['../../etc/passwd', 'passwd.pdf'],
    ['..\\..\\windows\\system32\\x.dll', 'x.pdf'],
    ['a.exe', 'a.pdf'],
    ['invoice.pdf.exe', 'invoice.pdf.pdf'],
    ['\u202egpj.exe', 'gpj.pdf'],
    ['a\r\nSet-Cookie: x=1', 'a_Set-Cookie_ x=1.pdf'.replace('a_', 'a')],
    ['nul\u0000l.pdf', 'null.pdf'],
    ['CON.txt', '_CON.pdf'],
    ['...', 'file.pdf'],
    ['', 'file.pdf'],
    ['/', 'file.pdf'],
    ['"><script>.pdf', '___script_.pdf'],
    ['长'.repeat(400), `${'长'.repeat(100)}.pdf`],
  ])('%j becomes %j', (given, name) => {
    expect(harmlessName(encodeURIComponent(given), 'application/pdf')).toBe(name)
  })

  it('is `file` when it cannot be read', () => {
    expect(harmlessName('%E4%BD', 'image/png')).toBe('file.png')
    expect(harmlessName(undefined, 'image/png')).toBe('file.png')
  })

  it('of 200 attempts to leave the folder or the header none does', () => {
    const climbs = [
      '../',
      '..\\',
      '%2e%2e/',
      '..%2f',
      '....//',
      '/',
      'C:\\',
      '\\\\host\\share\\',
      '~/',
      'file:///',
    ]
    const targets = [
      'etc/passwd',
      'boot.ini',
      'x"; filename="y.html',
      'x\r\nLocation: //evil',
      'a\u2028b',
      '.htaccess',
      'con',
      'a;b',
      "a'b",
      'a\u0000.html',
    ]
    const names = climbs.flatMap((climb) =>
      targets.flatMap((target) => [climb + target, climb.repeat(8) + target]),
    )
    expect(names).toHaveLength(200)
    const escaped = names
      .map((name) => harmlessName(encodeURIComponent(name), 'image/jpeg'))
      .filter(
        (name) =>
          /[/\\"\r\n\0;<>:]|^\.|\.\.$/.test(name) ||
          !name.endsWith('.jpg') ||
          /["\r\n]/.test(asAttachment(name).replace(/^attachment; filename="[^"]*"; /, '')),
      )
    const ok = escaped.length === 0
    figure({ id: 'S-67', n: names.length, value: escaped.length, unit: 'traversals', target: '=0', ok })
    expect(escaped).toEqual([])
  })

  it('travels by RFC 6266, in ASCII and in full', () => {
    expect(asAttachment('体检 (1).pdf')).toBe(
      'attachment; filename="__ (1).pdf"; filename*=UTF-8\'\'%E4%BD%93%E6%A3%80%20%281%29.pdf',
    )
  })
})
