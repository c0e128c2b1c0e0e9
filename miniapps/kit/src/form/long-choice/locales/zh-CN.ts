export default {
  kit: {
    longChoice: {
      search: '搜索选项（可用拼音首字母）',
      none: '没有找到这个选项',
      found: '{count} 个选项',
      done: '完成（已选 {count} 项）',
      remove: '移除{label}',
      add: '选择更多',
    },
  },
}
