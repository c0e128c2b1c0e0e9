import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2021年部分节假日安排的通知. */
export const year2021: HolidayYear = {
  year: 2021,
  notices: [
    {
      number: '国办发明电〔2020〕27号',
      url: 'https://www.gov.cn/zhengce/zhengceku/2020-11/25/content_5564127.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2021-01-01', to: '2021-01-03', makeUpDays: [] },
    {
      festivals: ['spring-festival'],
      from: '2021-02-11',
      to: '2021-02-17',
      makeUpDays: ['2021-02-07', '2021-02-20'],
    },
    { festivals: ['qingming'], from: '2021-04-03', to: '2021-04-05', makeUpDays: [] },
    {
      festivals: ['labour-day'],
      from: '2021-05-01',
      to: '2021-05-05',
      makeUpDays: ['2021-04-25', '2021-05-08'],
    },
    { festivals: ['dragon-boat'], from: '2021-06-12', to: '2021-06-14', makeUpDays: [] },
    { festivals: ['mid-autumn'], from: '2021-09-19', to: '2021-09-21', makeUpDays: ['2021-09-18'] },
    {
      festivals: ['national-day'],
      from: '2021-10-01',
      to: '2021-10-07',
      makeUpDays: ['2021-09-26', '2021-10-09'],
    },
  ],
}
