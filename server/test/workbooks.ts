import { utils, write } from 'xlsx'

/** A workbook of sheets by their names, as a spreadsheet program would write it. */
export function workbookOf(
  sheets: Readonly<Record<string, readonly (readonly (string | number | boolean)[])[]>>,
): Buffer {
  const book = utils.book_new()
  for (const [name, rows] of Object.entries(sheets))
    utils.book_append_sheet(book, utils.aoa_to_sheet(rows.map((row) => [...row])), name)
  return write(book, { type: 'buffer', bookType: 'xlsx' }) as Buffer // by its `type`
}

/** A small form as ODK writes one. */
export const xlsForm = (): Buffer =>
  workbookOf({
    survey: [
      ['type', 'name', 'label::zh', 'label::en', 'required', 'relevant'],
      ['select_one yn', 'fever', '发热', 'Fever', 'yes', ''],
      ['decimal', 'temp', '体温', 'Temperature', '', "${fever} = 'y'"],
      ['audio', 'cough', '咳嗽声', 'Cough', '', ''],
    ],
    choices: [
      ['list_name', 'name', 'label::zh', 'label::en'],
      ['yn', 'y', '是', 'Yes'],
      ['yn', 'n', '否', 'No'],
    ],
    settings: [['form_title'], ['健康打卡']],
  })
