import { assert, property, string } from 'fast-check'
import { expect, it } from 'vitest'
import { written, type Letter } from './letter.ts'

const letter: Letter = {
  locale: 'zh-CN',
  subject: '待填写提醒',
  paragraphs: ['您有表单今天还没有填写。'],
  link: { label: '去填写', url: 'https://forms.example.com/m/forms/?corpId=a&b=c' },
  footer: ['测试企业'],
  stop: { label: '不再接收', url: 'https://forms.example.com/mail/stop/x' },
}

it('says the same as text and as a page', () => {
  const { text, html } = written(letter)
  for (const part of ['您有表单今天还没有填写。', '去填写', '测试企业', '不再接收']) {
    expect(text).toContain(part)
    expect(html).toContain(part)
  }
  expect(text).toContain('https://forms.example.com/m/forms/?corpId=a&b=c')
  expect(html).toContain('href="https://forms.example.com/m/forms/?corpId=a&amp;b=c"')
  expect(html).toContain('lang="zh-CN"')
})

it('S-72: what people called their organisation or form stays text, and a subject is one line', () => {
  assert(
    property(string({ unit: 'binary-ascii', maxLength: 40 }), (name) => {
      const { subject, html } = written({ ...letter, subject: name, paragraphs: [name], footer: [name] })
      expect(subject).not.toMatch(/[\r\n]/)
      const plain = html.replace(
        /<\/?(html|head|meta|title|body|div|h1|p|a|br)( [^<>]*)?>|<!doctype html>/g,
        '',
      )
      expect(plain).not.toMatch(/[<>]/)
    }),
  )
})

it('fetches nothing when it is opened', () => {
  expect(written({ ...letter, code: '123456' }).html).not.toMatch(
    /<(img|script|link|iframe|style)|url\(|src=/,
  )
})
