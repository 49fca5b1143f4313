/* NVIDIA's management library with cards that are not there: FAKE_NVML="id,total,free,others;...".
   FAKE_ENERGY="counts" lets each card count 5 J more at every reading, "power" tells 60 W alone.
   "raise" instead of a list ends the process as a broken driver would. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned int pid; unsigned long long used; unsigned int gpu, compute; } process_t;
typedef struct {
    char legacy[16];
    unsigned int domain, bus, device, id, subsystem;
    char place[32];
} pci_t;

static char ids[8][24];
static memory_t sizes[8];
static unsigned long long others[8];
static unsigned int count;

int nvmlInitWithFlags(unsigned int flags) {
    (void) flags;
    char text[1024];
    const char *said = getenv("FAKE_NVML");
    if (!said) return 9; /* the driver is not loaded */
    if (!strcmp(said, "raise")) raise(SIGSEGV);
    snprintf(text, sizeof text, "%s", said);
    count = 0;
    for (char *one = strtok(text, ";"); one && count < 8; one = strtok(NULL, ";"), count++)
        if (sscanf(one, "%23[^,],%llu,%llu,%llu", ids[count], &sizes[count].total,
                   &sizes[count].free, &others[count]) != 4) return 2;
    return 0;
}
int nvmlShutdown(void) { return 0; }
int nvmlSystemGetDriverVersion(char *version, unsigned int length) {
    snprintf(version, length, "570.1");
    return 0;
}
int nvmlDeviceGetCount_v2(unsigned int *found) { *found = count; return 0; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **device) {
    *device = (void *) (size_t) (index + 1);
    return index < count ? 0 : 2;
}
static unsigned int at(void *device) { return (unsigned int) (size_t) device - 1; }
int nvmlDeviceGetMemoryInfo(void *device, memory_t *memory) { *memory = sizes[at(device)]; return 0; }
int nvmlDeviceGetPciInfo_v3(void *device, pci_t *pci) {
    snprintf(pci->place, sizeof pci->place, "0000%s", ids[at(device)]);
    return 0;
}
static int energy_is(const char *what) {
    const char *said = getenv("FAKE_ENERGY");
    return said && !strcmp(said, what);
}
int nvmlDeviceGetTotalEnergyConsumption(void *device, unsigned long long *millijoules) {
    static unsigned long long counted[8];
    if (!energy_is("counts")) return 3; /* not supported */
    *millijoules = counted[at(device)] += 5000;
    return 0;
}
int nvmlDeviceGetPowerUsage(void *device, unsigned int *milliwatts) {
    (void) device;
    *milliwatts = 60000;
    return energy_is("power") ? 0 : 3;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *device, unsigned int *found, process_t *list) {
    if (!others[at(device)]) { *found = 0; return 0; }
    if (!list || *found < 1) { *found = 1; return 7; }
    list[0] = (process_t) {1, others[at(device)], 0, 0};
    *found = 1;
    return 0;
}
int nvmlDeviceGetGraphicsRunningProcesses_v3(void *device, unsigned int *found, process_t *list) {
    (void) device; (void) found; (void) list;
    return 3; /* not supported */
}
