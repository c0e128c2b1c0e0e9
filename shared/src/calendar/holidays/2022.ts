import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2022年部分节假日安排的通知. */
export const year2022: HolidayYear = {
  year: 2022,
  notices: [
    {
      number: '国办发明电〔2021〕11号',
      url: 'https://www.gov.cn/zhengce/zhengceku/2021-10/25/content_5644835.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2022-01-01', to: '2022-01-03', makeUpDays: [] },
    {
      festivals: ['spring-festival'],
      from: '2022-01-31',
      to: '2022-02-06',
      makeUpDays: ['2022-01-29', '2022-01-30'],
    },
    { festivals: ['qingming'], from: '2022-04-03', to: '2022-04-05', makeUpDays: ['2022-04-02'] },
    {
      festivals: ['labour-day'],
      from: '2022-04-30',
      to: '2022-05-04',
      makeUpDays: ['2022-04-24', '2022-05-07'],
    },
    { festivals: ['dragon-boat'], from: '2022-06-03', to: '2022-06-05', makeUpDays: [] },
    { festivals: ['mid-autumn'], from: '2022-09-10', to: '2022-09-12', makeUpDays: [] },
    {
      festivals: ['national-day'],
      from: '2022-10-01',
      to: '2022-10-07',
      makeUpDays: ['2022-10-08', '2022-10-09'],
    },
  ],
}
