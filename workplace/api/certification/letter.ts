import { storedZip } from '@kangbao/cage/workbooks/stored-zip.ts'

/** The official letter (公函) to be printed, signed, sealed and photographed: a Word document of one page. */
export function letterDocument(orgName: string, platform: string): Buffer {
  const body = [
    title('企业高级认证公函'),
    text(`${platform}：`),
    text(
      `    我单位（全称：____________________，统一社会信用代码：____________________）已在贵平台创建团队“${orgName}”，现申请企业高级认证。`,
    ),
    text('    兹授权以下人员作为认证申请人，代表我单位办理认证及团队管理相关事宜：'),
    text('    姓名：__________　　身份证号：______________________'),
    text('    我单位保证所提交的资料真实、合法、有效，并对该团队的使用承担责任。'),
    text(''),
    text('单位名称（盖公章）：____________________', 'right'),
    text('日期：______年____月____日', 'right'),
  ].join('')
  return storedZip(
    [
      ['[Content_Types].xml', contentTypes],
      ['_rels/.rels', relations],
      [
        'word/document.xml',
        `${declaration}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body}</w:body></w:document>`,
      ],
    ].map(([name = '', content = '']) => ({ name, content: Buffer.from(content) })),
  )
}

const declaration = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const contentTypes = `${declaration}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
const relations = `${declaration}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

const title = (words: string): string =>
  paragraph(words, '<w:jc w:val="center"/><w:spacing w:after="480"/>', '<w:b/><w:sz w:val="40"/>')
const text = (words: string, side: 'left' | 'right' = 'left'): string =>
  paragraph(words, `<w:jc w:val="${side}"/><w:spacing w:line="480" w:lineRule="auto"/>`, '<w:sz w:val="28"/>')
const paragraph = (words: string, layout: string, look: string): string =>
  `<w:p><w:pPr>${layout}</w:pPr><w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${escaped(words)}</w:t></w:r></w:p>`

/** Control characters have no place in XML at all. */
const escaped = (words: string): string =>
  words
    // eslint-disable-next-line no-control-regex -- they are what is taken out
    .replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
