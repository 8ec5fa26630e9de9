//! The product with the matrix instructions of x86 processors, where the processor has them and the
//! kernel lets us.
//!
//! `unsafe`, because the instructions have no stable intrinsics and are written as assembly. What it
//! gains is in benches/RESULTS.md; `portable` is the safe twin, and the tests compare every bit.

use std::arch::asm;
use std::arch::x86_64::__cpuid_count;
use std::sync::OnceLock;

use super::{BLOCK, Left, Right, TILE};

/// arch_prctl: ask for the use of an extended state.
const REQUEST: libc::c_long = 0x1023;
/// The state with the tiles.
const TILES: libc::c_long = 18;

/// Whether the instructions may be used.
pub fn is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let (bf16, tile) = (1 << 22, 1 << 24);
        let known = __cpuid_count(0, 0).eax >= 7;
        let has = known && __cpuid_count(7, 0).edx & (bf16 | tile) == bf16 | tile;
        // SAFETY: a system call that reads and writes no memory of ours.
        has && unsafe { libc::syscall(libc::SYS_arch_prctl, REQUEST, TILES) } == 0
    })
}

/// Eight tiles of 16 rows with 64 bytes each, as LDTILECFG reads it.
#[repr(C, align(64))]
struct Configuration {
    palette: u8,
    start: u8,
    reserved: [u8; 14],
    bytes_a_row: [u16; 16],
    rows: [u8; 16],
}

const CONFIGURATION: Configuration = Configuration {
    palette: 1,
    start: 0,
    reserved: [0; 14],
    bytes_a_row: [64, 64, 64, 64, 64, 64, 64, 64, 0, 0, 0, 0, 0, 0, 0, 0],
    rows: [16, 16, 16, 16, 16, 16, 16, 16, 0, 0, 0, 0, 0, 0, 0, 0],
};

/// Computes the product; [`is_there`] and the sizes fit.
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    let per_column = right.depth / 32 * TILE;
    let out_stride = 4 * right.columns;
    let left_stride = 2 * left.stride;
    // SAFETY: `is_there`, and the configuration is one that the instruction accepts.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &CONFIGURATION, options(nostack, readonly)) };
    for column in (0..right.columns).step_by(BLOCK) {
        for row in (0..left.rows).step_by(BLOCK) {
            let out = &mut out[row * right.columns + column..];
            let out_low = out[16 * right.columns..].as_mut_ptr();
            let out = out.as_mut_ptr();
            // SAFETY: 16 rows of 64 bytes from each pointer lie in `out`, as `check` asserted.
            unsafe {
                if add {
                    asm!(
                        "tileloadd tmm0, [{a} + {s}]",
                        "tileloadd tmm1, [{a} + {s} + 64]",
                        "tileloadd tmm2, [{b} + {s}]",
                        "tileloadd tmm3, [{b} + {s} + 64]",
                        a = in(reg) out, b = in(reg) out_low, s = in(reg) out_stride,
                        out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                        options(nostack, readonly)
                    );
                } else {
                    asm!(
                        "tilezero tmm0", "tilezero tmm1", "tilezero tmm2", "tilezero tmm3",
                        out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
                        options(nostack, nomem)
                    );
                }
            }
            let mut tiles = &right.tiles[column / 16 * per_column..][..2 * per_column];
            for start in left.starts {
                let rows = &left.values[start + row * left.stride..];
                let low = rows[16 * left.stride..].as_ptr();
                // SAFETY: for each of the `depth / 32` steps, 16 rows of 64 bytes from each pointer
                // lie in `values`, as `check` asserted, and one tile in each half of `tiles`.
                unsafe {
                    asm!(
                        "2:",
                        "tileloadd tmm4, [{a} + {s}]",
                        "tileloadd tmm6, [{b} + {t}]",
                        "tileloadd tmm7, [{c} + {t}]",
                        "tdpbf16ps tmm0, tmm4, tmm6",
                        "tileloadd tmm5, [{l} + {s}]",
                        "tdpbf16ps tmm1, tmm4, tmm7",
                        "tdpbf16ps tmm2, tmm5, tmm6",
                        "tdpbf16ps tmm3, tmm5, tmm7",
                        "add {a}, 64",
                        "add {l}, 64",
                        "add {b}, 1024",
                        "add {c}, 1024",
                        "dec {n}",
                        "jnz 2b",
                        a = inout(reg) rows.as_ptr() => _,
                        l = inout(reg) low => _,
                        b = inout(reg) tiles.as_ptr() => _,
                        c = inout(reg) tiles[per_column..].as_ptr() => _,
                        n = inout(reg) left.depth / 32 => _,
                        s = in(reg) left_stride, t = in(reg) 64usize,
                        out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
                        options(nostack, readonly)
                    );
                }
                tiles = &tiles[left.depth / 32 * TILE..];
            }
            // SAFETY: as for the loads.
            unsafe {
                asm!(
                    "tilestored [{a} + {s}], tmm0",
                    "tilestored [{a} + {s} + 64], tmm1",
                    "tilestored [{b} + {s}], tmm2",
                    "tilestored [{b} + {s} + 64], tmm3",
                    a = in(reg) out, b = in(reg) out_low, s = in(reg) out_stride,
                    options(nostack)
                );
            }
        }
    }
    // SAFETY: gives back the tiles; no later product counts on them.
    unsafe { asm!("tilerelease", options(nostack, nomem)) };
}
