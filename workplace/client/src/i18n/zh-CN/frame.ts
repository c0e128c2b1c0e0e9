export const frame = {
  frame: {
    open: '打开的应用',
    switch: '打开了 {count} 个应用，点击切换',
    closeOne: '关闭{app}',
    closeAll: '全部关闭',
    slow: '应用打开较慢，可能是网络不佳',
    silent: '应用没有响应，可能正在维护',
    wait: '继续等待',
    notOurs: '这个页面不属于该应用，可以在浏览器中打开',
    outside: '在浏览器中打开',
  },
}
