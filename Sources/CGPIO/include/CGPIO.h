// The door to libgpiod, whose versions 1 and 2 share no function: one face for both, without any of their types.
// Every function that can fail returns -errno. A handle must be used by one thread at a time.
#ifndef CGPIO_H
#define CGPIO_H

#include <stdbool.h>
#include <stdint.h>

/// An open chip.
typedef struct cgpio_chip cgpio_chip;

/// A line of a chip that this process holds.
typedef struct cgpio_line cgpio_line;

enum {
    /// Room for a name with its end; the kernel's names have at most 31 bytes.
    CGPIO_NAME = 64,
    /// The most events of one `cgpio_read`.
    CGPIO_EVENTS = 16
};

/// What a line's pull resistors do.
typedef enum { CGPIO_BIAS_AS_IS, CGPIO_BIAS_DISABLED, CGPIO_BIAS_PULL_UP, CGPIO_BIAS_PULL_DOWN } cgpio_bias;

/// A line as the kernel describes it. Empty texts where there is none.
typedef struct {
    char name[CGPIO_NAME];
    char holder[CGPIO_NAME];
    bool used, output, active_low;
    cgpio_bias bias;
} cgpio_description;

/// An edge. `time` is nanoseconds of CLOCK_MONOTONIC. `sequence` counts the line's edges from 1 since it was claimed and
/// goes on when the kernel had to drop one; 0 where `cgpio_has_sequence_numbers` says no.
typedef struct {
    int64_t time;
    uint32_t sequence;
    bool active;
} cgpio_event;

/// The library's version, like `1.6.3`.
const char *cgpio_library_version(void);

/// Whether `cgpio_claim_input` can have the kernel debounce.
bool cgpio_has_debounce(void);

/// Whether events carry sequence numbers.
bool cgpio_has_sequence_numbers(void);

/// Nanoseconds of CLOCK_BOOTTIME.
int64_t cgpio_now(void);

/// What is to be added to CLOCK_MONOTONIC for CLOCK_BOOTTIME: the time this machine has been suspended since it booted.
int64_t cgpio_suspended(void);

/// Writes the system's text for an errno.
void cgpio_explain(int error, char *text, int size);

/// Sets the calling thread's name (at most 15 characters are kept).
void cgpio_name_thread(const char *name);

/// A descriptor that `cgpio_wait` watches, and `cgpio_wake` makes readable from any thread.
int cgpio_waker(void);

/// Ends the wait of whoever waits for the waker, now or next.
void cgpio_wake(int waker);

/// Waits without limit until one of the descriptors, the first of which is a waker, has something; takes the wake-up.
/// `ready` tells for each of them.
int cgpio_wait(const int *descriptors, bool *ready, int count);

/// Opens a chip. -ENODEV for a file that is no chip, with both versions.
int cgpio_open(const char *path, cgpio_chip **chip);

/// Closes the chip; its lines must have been released.
void cgpio_close(cgpio_chip *chip);

/// The chip's name, like `gpiochip0`, its label and the number of its lines. The texts have room for CGPIO_NAME bytes.
int cgpio_identify(cgpio_chip *chip, char *name, char *label);

/// Describes the line at an offset. -EINVAL beyond the last.
int cgpio_describe(cgpio_chip *chip, unsigned offset, cgpio_description *description);

/// Claims a line as input with events for both edges. `debounce` is in microseconds; -EOPNOTSUPP unless 0 where
/// `cgpio_has_debounce` says no. -EBUSY when somebody holds the line.
int cgpio_claim_input(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, uint32_t debounce,
    cgpio_line **line);

/// Claims a line as output and gives it its first level.
int cgpio_claim_output(
    cgpio_chip *chip, unsigned offset, const char *consumer, cgpio_bias bias, bool active_low, bool active,
    cgpio_line **line);

/// Gives a line back to the kernel.
void cgpio_release(cgpio_line *line);

/// 1 for active, 0 for inactive.
int cgpio_level(cgpio_line *line);

/// Sets an output.
int cgpio_set(cgpio_line *line, bool active);

/// The descriptor that tells of events; it belongs to the line.
int cgpio_descriptor(cgpio_line *line);

/// Takes the events that are there, at most CGPIO_EVENTS of them, without waiting. Their number.
int cgpio_read(cgpio_line *line, cgpio_event *events);

#endif
