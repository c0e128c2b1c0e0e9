import { expect, it } from 'vitest'
import { parseMarkdown } from './markdown.ts'

it('reads headings, lists, strong words and links as data', () => {
  expect(parseMarkdown('### 今日打卡\n- **张三** [去填写](https://a.test/f)')).toEqual([
    { kind: 'heading', level: 3, inlines: [{ kind: 'text', text: '今日打卡' }] },
    {
      kind: 'item',
      inlines: [
        { kind: 'strong', text: '张三' },
        { kind: 'text', text: ' ' },
        { kind: 'link', text: '去填写', url: 'https://a.test/f' },
      ],
    },
  ])
})

it('reads ordered lists, quotes and words in italics; a lone star is a star', () => {
  expect(parseMarkdown('1. *请*先\n> 2 * 3 * 4')).toEqual([
    {
      kind: 'item',
      number: '1.',
      inlines: [
        { kind: 'emphasis', text: '请' },
        { kind: 'text', text: '先' },
      ],
    },
    { kind: 'quote', inlines: [{ kind: 'text', text: '2 * 3 * 4' }] },
  ])
})

it('HTML stays text', () => {
  expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'paragraph', inlines: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] },
  ])
})
