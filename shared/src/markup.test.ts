import fc from 'fast-check'
import { expect, it } from 'vitest'
import { escapeMarkup } from './markup.ts'

it('writes what would begin a tag, an entity or the end of a value as text', () => {
  expect(escapeMarkup(`<a href="x" title='y'>&amp;</a>`)).toBe(
    '&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;amp;&lt;/a&gt;',
  )
})

it('leaves every other text as it is, and loses nothing', () => {
  const names: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" }
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 60 }), (text) => {
      const written = escapeMarkup(text)
      expect(written).not.toMatch(/[<>"']/)
      expect(written.replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => names[name] ?? '')).toBe(text)
    }),
  )
})
