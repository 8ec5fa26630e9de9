//! The product with the matrix instructions of x86 processors, where the processor has them and the
//! kernel lets us.
//!
//! `unsafe`, because the instructions have no stable intrinsics and are written as assembly. What it
//! gains is in benches/RESULTS.md; `portable` is the safe twin, and the tests compare every bit.

use std::arch::asm;
use std::arch::x86_64::__cpuid_count;
use std::sync::OnceLock;

use super::factors::{BLOCK, Left, Right, TILE};

/// arch_prctl: ask for the use of an extended state.
const REQUEST: libc::c_long = 0x1023;
/// The state with the tiles.
const TILES: libc::c_long = 18;

/// Whether the instructions may be used.
pub fn is_there() -> bool {
    static THERE: OnceLock<bool> = OnceLock::new();
    *THERE.get_or_init(|| {
        let (bf16, tile) = (1 << 22, 1 << 24);
        #[allow(unused_unsafe)] // a safe function in newer versions of Rust
        // SAFETY: every processor of this kind has the instruction.
        let (highest, features) = unsafe { (__cpuid_count(0, 0).eax, __cpuid_count(7, 0).edx) };
        let has = highest >= 7 && features & (bf16 | tile) == bf16 | tile;
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

/// Computes the product, given [`is_there`] and sizes that fit.
pub fn multiply(left: &Left<'_>, right: &Right<'_>, out: &mut [f32], add: bool) {
    let per_column = right.depth / 32 * TILE;
    // SAFETY: `is_there`, and the configuration is one that the instruction accepts.
    unsafe { asm!("ldtilecfg [{}]", in(reg) &CONFIGURATION, options(nostack, readonly)) };
    let mut segments = Vec::with_capacity(left.starts.len());
    for row in (0..left.rows).step_by(BLOCK) {
        segments.clear();
        segments.extend(
            left.starts.iter().map(|start| left.values[start + row * left.stride..].as_ptr()),
        );
        for column in (0..right.columns).step_by(BLOCK) {
            let tiles = &right.tiles[column / 16 * per_column..][..2 * per_column];
            let out = &mut out[row * right.columns + column..];
            // SAFETY: as `check` asserted, 32 rows of 128 bytes from `out` lie in the product; for each
            // segment 32 rows of `depth` numbers lie in the left factor; and each half of `tiles` has a
            // tile for each of the `depth / 32` steps of every segment. `depth` and the number of
            // segments are above 0.
            unsafe {
                block(
                    &segments,
                    2 * left.stride,
                    left.depth / 32,
                    [tiles.as_ptr(), tiles[per_column..].as_ptr()],
                    out.as_mut_ptr(),
                    4 * right.columns,
                    add,
                );
            }
        }
    }
    // SAFETY: releases the tiles, which nothing relies on any more.
    unsafe { asm!("tilerelease", options(nostack, nomem)) };
}

/// 32 rows and 32 columns of the product: tiles 0 to 3 are sums, 4 and 5 rows of the left factor, 6 and 7
/// columns of the right one. Strides in bytes.
///
/// # Safety
/// The tiles are configured, and everything lies where [`multiply`] says.
#[inline]
unsafe fn block(
    segments: &[*const u16],
    left_stride: usize,
    steps: usize,
    tiles: [*const u16; 2],
    out: *mut f32,
    out_stride: usize,
    add: bool,
) {
    // SAFETY: the caller's. Only the tiles and the registers that are named change.
    unsafe {
        asm!(
            // a: the 16th row of `out`
            "lea {a}, [{os} * 8]",
            "lea {a}, [{out} + {a} * 2]",
            "test {n}, {n}",
            "jz 3f",
            "tileloadd tmm0, [{out} + {os}]",
            "tileloadd tmm1, [{out} + {os} + 64]",
            "tileloadd tmm2, [{a} + {os}]",
            "tileloadd tmm3, [{a} + {os} + 64]",
            "jmp 4f",
            "3:",
            "tilezero tmm0",
            "tilezero tmm1",
            "tilezero tmm2",
            "tilezero tmm3",
            "4:",
            // a, l: rows 0 and 16 of the next segment
            "mov {a}, [{segments}]",
            "add {segments}, 8",
            "mov {l}, {ls}",
            "shl {l}, 4",
            "add {l}, {a}",
            "mov {n}, {steps}",
            "2:",
            "tileloadd tmm4, [{a} + {ls}]",
            "tileloadd tmm6, [{b} + {t}]",
            "tileloadd tmm7, [{c} + {t}]",
            "tdpbf16ps tmm0, tmm4, tmm6",
            "tileloadd tmm5, [{l} + {ls}]",
            "tdpbf16ps tmm1, tmm4, tmm7",
            "tdpbf16ps tmm2, tmm5, tmm6",
            "tdpbf16ps tmm3, tmm5, tmm7",
            "add {a}, 64",
            "add {l}, 64",
            "add {b}, 1024",
            "add {c}, 1024",
            "dec {n}",
            "jnz 2b",
            "dec {count}",
            "jnz 4b",
            "lea {a}, [{os} * 8]",
            "lea {a}, [{out} + {a} * 2]",
            "tilestored [{out} + {os}], tmm0",
            "tilestored [{out} + {os} + 64], tmm1",
            "tilestored [{a} + {os}], tmm2",
            "tilestored [{a} + {os} + 64], tmm3",
            a = out(reg) _,
            l = out(reg) _,
            n = inout(reg) usize::from(add) => _,
            count = inout(reg) segments.len() => _,
            segments = inout(reg) segments.as_ptr() => _,
            b = inout(reg) tiles[0] => _,
            c = inout(reg) tiles[1] => _,
            ls = in(reg) left_stride,
            steps = in(reg) steps,
            out = in(reg) out,
            os = in(reg) out_stride,
            t = in(reg) 64usize,
            out("tmm0") _, out("tmm1") _, out("tmm2") _, out("tmm3") _,
            out("tmm4") _, out("tmm5") _, out("tmm6") _, out("tmm7") _,
            options(nostack)
        );
    }
}
