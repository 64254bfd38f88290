/* The jobs of the comparison, on libuv itself: prints nanoseconds per operation.
 * The same work in Rust: examples/mini-uv-compare.rs, job by job.
 *
 * Built as a program it runs on the libuv it is linked with. Built as a shared object
 * (-DIN_NODE) and loaded by Node, it runs on the libuv inside Node. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#ifndef WAKEUPS
#define WAKEUPS 40000
#define JOBS 40000
#define SENDS 2000000
#endif
#define IN_FLIGHT 128

static void die(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static void check(int status) {
  if (status < 0) die(uv_strerror(status));
}

/* Two loops on two threads wake each other in turn. */
struct side {
  uv_loop_t loop;
  uv_async_t wakeup;
  struct side *other;
  int left;
  uv_sem_t *ready;
};

static void on_wakeup(uv_async_t *handle) {
  struct side *side = handle->data;
  check(uv_async_send(&side->other->wakeup));
  if (--side->left == 0) uv_close((uv_handle_t *) handle, NULL);
}

static void run_side(void *arg) {
  struct side *side = arg;
  uv_sem_post(side->ready);
  uv_run(&side->loop, UV_RUN_DEFAULT);
}

static double wakeups(void) {
  struct side sides[2];
  uv_sem_t ready;
  uv_thread_t thread;
  check(uv_sem_init(&ready, 0));
  for (int i = 0; i < 2; i++) {
    check(uv_loop_init(&sides[i].loop));
    check(uv_async_init(&sides[i].loop, &sides[i].wakeup, on_wakeup));
    sides[i].wakeup.data = &sides[i];
    sides[i].other = &sides[1 - i];
    sides[i].left = WAKEUPS / 2;
    sides[i].ready = &ready;
  }
  check(uv_thread_create(&thread, run_side, &sides[1]));
  uv_sem_wait(&ready);
  uint64_t start = uv_hrtime();
  check(uv_async_send(&sides[0].wakeup));
  run_side(&sides[0]);
  uv_thread_join(&thread);
  double spent = (double) (uv_hrtime() - start);
  for (int i = 0; i < 2; i++) check(uv_loop_close(&sides[i].loop));
  uv_sem_destroy(&ready);
  return spent / WAKEUPS;
}

/* One handle, sent to while it is wanted already. */
static void on_storm(uv_async_t *handle) { uv_close((uv_handle_t *) handle, NULL); }

static double sends(void) {
  uv_loop_t loop;
  uv_async_t wakeup;
  check(uv_loop_init(&loop));
  check(uv_async_init(&loop, &wakeup, on_storm));
  uint64_t start = uv_hrtime();
  for (int i = 0; i < SENDS; i++) check(uv_async_send(&wakeup));
  double spent = (double) (uv_hrtime() - start);
  uv_run(&loop, UV_RUN_DEFAULT);
  check(uv_loop_close(&loop));
  return spent / SENDS;
}

/* Empty jobs for the pool, so many on their way at a time. */
static int submitted, finished;

static void work(uv_work_t *request) { (void) request; }

static void after(uv_work_t *request, int status) {
  check(status);
  finished++;
  if (submitted++ < JOBS) check(uv_queue_work(request->loop, request, work, after));
}

static double jobs(int in_flight) {
  uv_loop_t loop;
  uv_work_t requests[IN_FLIGHT];
  check(uv_loop_init(&loop));
  check(uv_queue_work(&loop, &requests[0], work, after)); /* starts the threads */
  submitted = JOBS;
  uv_run(&loop, UV_RUN_DEFAULT);
  submitted = finished = 0;
  uint64_t start = uv_hrtime();
  for (int i = 0; i < in_flight; i++, submitted++)
    check(uv_queue_work(&loop, &requests[i], work, after));
  uv_run(&loop, UV_RUN_DEFAULT);
  double spent = (double) (uv_hrtime() - start);
  if (finished != JOBS) die("a job is missing");
  check(uv_loop_close(&loop));
  return spent / JOBS;
}

static int run(const char *job) {
  double result;
  if (!strcmp(job, "version")) {
    printf("libuv %s\n", uv_version_string());
    return fflush(stdout);
  }
  if (!strcmp(job, "wakeups")) result = wakeups();
  else if (!strcmp(job, "sends")) result = sends();
  else if (!strcmp(job, "one-job")) result = jobs(1);
  else if (!strcmp(job, "many-jobs")) result = jobs(IN_FLIGHT);
  else return 2;
  printf("%.2f\n", result);
  return fflush(stdout);
}

#ifdef IN_NODE
__attribute__((constructor)) static void in_node(void) {
  const char *job = getenv("LIBUV_JOB");
  _exit(job == NULL ? 2 : run(job)); /* Node itself has nothing to do */
}
#else
int main(int count, char **words) { return count == 2 ? run(words[1]) : 2; }
#endif
