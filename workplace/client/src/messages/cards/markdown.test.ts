import { expect, it } from 'vitest'
import { parseMarkdown } from './markdown.ts'

it('reads headings, lists, strong words and links as data', () => {
  expect(parseMarkdown('### 今日打卡\n- **张三** [去填写](https://a.test/f)')).toEqual([
    { kind: 'heading', inlines: [{ kind: 'text', text: '今日打卡' }] },
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

it('HTML stays text', () => {
  expect(parseMarkdown('<img src=x onerror=alert(1)>')).toEqual([
    { kind: 'paragraph', inlines: [{ kind: 'text', text: '<img src=x onerror=alert(1)>' }] },
  ])
})
