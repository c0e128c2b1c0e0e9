import type { HolidayYear } from './holiday-year.ts'

/** 国务院办公厅关于2023年部分节假日安排的通知. */
export const year2023: HolidayYear = {
  year: 2023,
  notices: [
    {
      number: '国办发明电〔2022〕16号',
      url: 'https://www.gov.cn/zhengce/zhengceku/2022-12/08/content_5730844.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2022-12-31', to: '2023-01-02', makeUpDays: [] },
    {
      festivals: ['spring-festival'],
      from: '2023-01-21',
      to: '2023-01-27',
      makeUpDays: ['2023-01-28', '2023-01-29'],
    },
    { festivals: ['qingming'], from: '2023-04-05', to: '2023-04-05', makeUpDays: [] },
    {
      festivals: ['labour-day'],
      from: '2023-04-29',
      to: '2023-05-03',
      makeUpDays: ['2023-04-23', '2023-05-06'],
    },
    { festivals: ['dragon-boat'], from: '2023-06-22', to: '2023-06-24', makeUpDays: ['2023-06-25'] },
    {
      festivals: ['mid-autumn', 'national-day'],
      from: '2023-09-29',
      to: '2023-10-06',
      makeUpDays: ['2023-10-07', '2023-10-08'],
    },
  ],
}
