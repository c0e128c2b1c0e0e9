import { areaList } from '@vant/area-data'
import { countiesWithStreets, streetsOf } from '@kangbao/shared/regions/streets.ts'
import type { Place } from '../host/host-bridge.ts'

/** One place of the GB/T 2260 tree, or a street below it. */
export interface Region {
  readonly code: string
  readonly name: string
}
export interface Regions {
  /** Provinces, a province's cities, a city's districts, or a district's streets where they are known. */
  below(code: string | null): readonly Region[]
  nameOf(code: string): string
  search(text: string, within: string): readonly (Region & { path: string })[]
  /** The code of a place the host has named; null when the names fit nothing. */
  codeOf(place: Place): string | null
}

interface AreaData {
  readonly province_list: Readonly<Record<string, string>>
  readonly city_list: Readonly<Record<string, string>>
  readonly county_list: Readonly<Record<string, string>>
}

/** Streets of a county, and the counties that have any. */
export interface Streets {
  readonly of: (county: string) => readonly Region[]
  readonly counties: readonly string[]
}

const mostFound = 30
const asList = (names: Readonly<Record<string, string>>): Region[] =>
  Object.entries(names)
    .map(([code, name]) => ({ code, name }))
    .sort((a, b) => a.code.localeCompare(b.code))

/** A tree over the flat lists of the data package and the streets; pure, so tests bring small lists. */
export function regionsOf(data: AreaData, streets: Streets): Regions {
  const provinces = asList(data.province_list)
  const cities = asList(data.city_list)
  const districts = asList(data.county_list)
  const known = streets.counties.flatMap((county) => streets.of(county))
  const names = new Map(
    [...provinces, ...cities, ...districts, ...known].map(({ code, name }) => [code, name]),
  )

  function nameOf(code: string): string {
    const levels = [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code.slice(0, 6), code]
    return [...new Set(levels.flatMap((level) => names.get(level) ?? []))].join(' ')
  }
  function below(code: string | null): readonly Region[] {
    if (code === null) return provinces
    if (code.length > 6) return []
    if (code.endsWith('0000')) return cities.filter((city) => city.code.startsWith(code.slice(0, 2)))
    if (code.endsWith('00')) return districts.filter((district) => district.code.startsWith(code.slice(0, 4)))
    return streets.of(code)
  }
  return {
    below,
    nameOf,
    search(text, within) {
      const wanted = text.trim()
      if (!wanted) return []
      return [...districts, ...cities, ...known]
        .filter(({ code, name }) => code.startsWith(within) && name.includes(wanted))
        .slice(0, mostFound)
        .map((region) => ({ ...region, path: nameOf(region.code) }))
    },
    codeOf({ province, city, district }) {
      const at = provinces.find(({ name }) => province && name.startsWith(province.slice(0, 2)))
      if (!at || !district) return null
      const fits = districts.filter(
        ({ code, name }) => code.startsWith(at.code.slice(0, 2)) && name === district,
      )
      const inCity = fits.find(({ code }) => city && names.get(`${code.slice(0, 4)}00`) === city)
      return (inCity ?? (fits.length === 1 ? fits[0] : undefined))?.code ?? null
    },
  }
}

/** The country's regions, and the streets that are known. */
export const regions = regionsOf(areaList, { of: streetsOf, counties: countiesWithStreets })
