import { areaList } from '@vant/area-data'
import { country } from '@kangbao/shared/regions/region-path.ts'
import { AppError } from './errors.ts'

const names: Readonly<Record<string, string>> = {
  ...areaList.province_list,
  ...areaList.city_list,
  ...areaList.county_list,
}

/** The name of a region of GB/T 2260 by its six digits; undefined for one that is none. The country has no name here. */
export function regionName(code: string): string | undefined {
  return names[code]
}

export function isRegion(code: string): boolean {
  return code === country || names[code] !== undefined
}

/** @throws AppError `region.unknown`. */
export function requireRegion(code: string): void {
  if (!isRegion(code)) throw new AppError('region.unknown')
}
