/** The demo city: invented organisations and people, the same at every run. */
export interface DemoPerson {
  readonly name: string
  readonly phone: string
  readonly department: string
  readonly jobNumber: string
  readonly isHead: boolean
}

export interface DemoOrg {
  readonly name: string
  readonly industry: string
  readonly adminName: string
  readonly adminPhone: string
  readonly people: readonly DemoPerson[]
}

/** A small seeded generator (mulberry32): numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const surnames = [...'王李张刘陈杨黄赵周吴徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹']
const givenNames = [
  ...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉兰红梅建国志文晓燕海波宁雪晨辉欣怡子涵',
]

const outlines: readonly { name: string; industry: string; size: number; departments: readonly string[] }[] =
  [
    {
      name: '郑州云桥精密制造有限公司',
      industry: '制造业',
      size: 62,
      departments: ['总经办', '人事部', '生产部-一车间', '生产部-二车间', '质检部', '仓储部'],
    },
    {
      name: '郑州豫满园食品有限公司',
      industry: '制造业',
      size: 46,
      departments: ['总经办', '采购部', '生产部', '品控部', '销售部'],
    },
    {
      name: '郑州北斗里科技有限公司',
      industry: '信息技术',
      size: 38,
      departments: ['产品部', '研发部', '市场部', '行政部'],
    },
    {
      name: '郑州顺和路桥建筑工程有限公司',
      industry: '建筑业',
      size: 28,
      departments: ['项目一部', '项目二部', '安全部'],
    },
    { name: '郑州槐荫商贸有限公司', industry: '批发和零售业', size: 16, departments: ['门店', '仓配部'] },
    { name: '郑州晨光里家政服务有限公司', industry: '居民服务', size: 10, departments: ['服务部'] },
  ]

/** Phones nobody has: 190 0010 for admins, 190 0011 for people, then a running number. */
const phone = (range: string, n: number) => `19000${range}${String(n).padStart(4, '0')}`

export function demoCity(seed = 20261122): DemoOrg[] {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T // never empty
  const name = () => pick(surnames) + pick(givenNames) + (random() < 0.7 ? pick(givenNames) : '')
  let running = 0
  return outlines.map(({ name: orgName, industry, size, departments }, i) => ({
    name: orgName,
    industry,
    adminName: name(),
    adminPhone: phone('10', i + 1),
    // The admin is a member too: the sizes add up to 200 people.
    people: Array.from({ length: size - 1 }, (_, n) => ({
      name: name(),
      phone: phone('11', (running += 1)),
      department: departments[n % departments.length] ?? '总经办',
      jobNumber: `${String.fromCharCode(65 + i)}${String(n + 1).padStart(3, '0')}`,
      isHead: n < departments.length,
    })),
  }))
}
