import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2024年部分节假日安排的通知. */
export const year2024: HolidayYear = {
  year: 2024,
  notices: [
    {
      number: '国办发明电〔2023〕7号',
      url: 'https://www.gov.cn/zhengce/zhengceku/202310/content_6911528.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2024-01-01', to: '2024-01-01', makeUpDays: [] },
    {
      festivals: ['spring-festival'],
      from: '2024-02-10',
      to: '2024-02-17',
      makeUpDays: ['2024-02-04', '2024-02-18'],
    },
    { festivals: ['qingming'], from: '2024-04-04', to: '2024-04-06', makeUpDays: ['2024-04-07'] },
    {
      festivals: ['labour-day'],
      from: '2024-05-01',
      to: '2024-05-05',
      makeUpDays: ['2024-04-28', '2024-05-11'],
    },
    { festivals: ['dragon-boat'], from: '2024-06-10', to: '2024-06-10', makeUpDays: [] },
    { festivals: ['mid-autumn'], from: '2024-09-15', to: '2024-09-17', makeUpDays: ['2024-09-14'] },
    {
      festivals: ['national-day'],
      from: '2024-10-01',
      to: '2024-10-07',
      makeUpDays: ['2024-09-29', '2024-10-12'],
    },
  ],
}
