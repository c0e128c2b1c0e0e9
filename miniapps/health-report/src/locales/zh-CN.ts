export default {
  app: { name: '企业健康数据上报', action: '企业健康数据上报' },
  figure: { total: '总人数', collected: '已收集', 'not-collected': '未收集', abnormal: '今日异常' },
  count: { fever: '发热' },
}
