import { shallowRef } from 'vue'
import { regionInWords } from '@kangbao/shared/forms/answer-words.ts'
import { streetName, streetsOf } from '@kangbao/shared/regions/streets.ts'

// A type, not an interface: the cascader wants an index signature, which only a type has implicitly.
export type RegionOption = {
  readonly value: string
  readonly label: string
  /** Provinces and cities lead on, and are no answer. */
  readonly disabled?: boolean
  children?: RegionOption[]
}
interface Regions {
  readonly nameOf: (code: string) => string
  /** Without those it lies in. */
  readonly ownName: (code: string) => string | undefined
  /** Provinces, cities and counties, each of which can be chosen. */
  readonly places: readonly RegionOption[]
  readonly options: (within?: string) => RegionOption[]
}

const loaded = shallowRef<Regions>()
let loading: Promise<void> | undefined

/** Names of GB/T 2260 regions; the list is heavy, so it comes when an answer with a place is looked at. */
export function useRegions() {
  loading ??= import('@vant/area-data').then(({ areaList, useCascaderAreaData }) => {
    const names = { ...areaList.province_list, ...areaList.city_list, ...areaList.county_list }
    const tree: RegionOption[] = useCascaderAreaData().map(asOption)
    const name = (code: string): string | undefined =>
      (names as Readonly<Record<string, string>>)[code] ?? streetName(code) // plain tables of code to name
    loaded.value = {
      nameOf: (code) => regionInWords(code, name),
      ownName: name,
      places: useCascaderAreaData().map(asPlace),
      options: (within = '') => narrowed(tree, within),
    }
  })
  return loaded
}

/** A region's name as soon as the list is there, its code until then. */
export function useRegionNames(): (code: string) => string {
  const regions = useRegions()
  return (code) => regions.value?.nameOf(code) ?? code
}

interface AreaNode {
  readonly text: string
  readonly value: string
  readonly children?: readonly AreaNode[]
}

function asOption({ text, value, children }: AreaNode): RegionOption {
  if (children) return { value, label: text, disabled: true, children: children.map(asOption) }
  const streets = streetsOf(value).map(({ code, name }) => ({ value: code, label: name }))
  return { value, label: text, ...(streets.length > 0 ? { children: streets } : {}) }
}

function asPlace({ text, value, children }: AreaNode): RegionOption {
  return { value, label: text, ...(children ? { children: children.map(asPlace) } : {}) }
}

/** Only the branches that lie in, or lead to, a prefix. */
function narrowed(options: readonly RegionOption[], within: string): RegionOption[] {
  const leads = (code: string) => {
    const plain = code.replace(/(?:0000|00)$/, '')
    return plain.startsWith(within) || within.startsWith(plain)
  }
  return options
    .filter(({ value }) => leads(value))
    .map((option) => (option.children ? { ...option, children: narrowed(option.children, within) } : option))
}
