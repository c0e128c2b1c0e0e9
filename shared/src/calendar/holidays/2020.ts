import type { HolidayYear } from './holiday-year.ts'

/**
 * 国务院办公厅关于2020年部分节假日安排的通知.
 *
 * The second notice prolonged the Spring Festival to 2 February and so took back the make-up day of the 1st.
 */
export const year2020: HolidayYear = {
  year: 2020,
  notices: [
    {
      number: '国办发明电〔2019〕16号',
      url: 'https://www.gov.cn/zhengce/zhengceku/2019-11/21/content_5454164.htm',
    },
    {
      number: '国办发明电〔2020〕1号',
      url: 'https://www.gov.cn/zhengce/zhengceku/2020-01/27/content_5472352.htm',
    },
  ],
  holidays: [
    { festivals: ['new-year'], from: '2020-01-01', to: '2020-01-01', makeUpDays: [] },
    { festivals: ['spring-festival'], from: '2020-01-24', to: '2020-02-02', makeUpDays: ['2020-01-19'] },
    { festivals: ['qingming'], from: '2020-04-04', to: '2020-04-06', makeUpDays: [] },
    {
      festivals: ['labour-day'],
      from: '2020-05-01',
      to: '2020-05-05',
      makeUpDays: ['2020-04-26', '2020-05-09'],
    },
    { festivals: ['dragon-boat'], from: '2020-06-25', to: '2020-06-27', makeUpDays: ['2020-06-28'] },
    {
      festivals: ['national-day', 'mid-autumn'],
      from: '2020-10-01',
      to: '2020-10-08',
      makeUpDays: ['2020-09-27', '2020-10-10'],
    },
  ],
}
