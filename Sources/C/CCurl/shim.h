// curl checks argument types with macros around the variadic functions. These functions are called
// only here.
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// curl_easy_setopt, curl_multi_setopt and curl_easy_getinfo are variadic, which Swift cannot call.
// There is one function for each argument type.
static inline CURLcode robbieblocks_curl_set_number(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode robbieblocks_curl_set_text(
    CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode robbieblocks_curl_set_pointer(
    CURL *handle, CURLoption option, const void *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode robbieblocks_curl_set_receiver(
    CURL *handle, CURLoption option, curl_write_callback value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode robbieblocks_curl_set_opener(CURL *handle, curl_opensocket_callback value) {
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value);
}
static inline CURLcode robbieblocks_curl_set_body(CURL *handle, const void *bytes, curl_off_t count) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, count);
    return code ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, (const char *)bytes);
}
static inline CURLcode robbieblocks_curl_get_time(CURL *handle, CURLINFO info, curl_off_t *value) {
    return curl_easy_getinfo(handle, info, value);
}

static inline CURLMcode robbieblocks_curl_set_watcher(
    CURLM *multi, curl_socket_callback watcher, curl_multi_timer_callback timer, void *owner) {
    CURLMcode code = curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, watcher);
    if (!code) code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, owner);
    if (!code) code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer);
    return code ? code : curl_multi_setopt(multi, CURLMOPT_TIMERDATA, owner);
}
static inline CURLMcode robbieblocks_curl_multi_set_number(
    CURLM *multi, CURLMoption option, long value) {
    return curl_multi_setopt(multi, option, value);
}

// The result is in a union, which Swift reads as bytes.
static inline CURLcode robbieblocks_curl_result(const CURLMsg *message) {
    return message->data.result;
}

// These are macros that contain casts, which Swift does not import.
static const size_t robbieblocks_curl_pause = CURL_WRITEFUNC_PAUSE;
static const curl_socket_t robbieblocks_curl_timeout = CURL_SOCKET_TIMEOUT;
static const int robbieblocks_curl_continue = CURLPAUSE_CONT;
static const long robbieblocks_curl_global = CURL_GLOBAL_DEFAULT;
