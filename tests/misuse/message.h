// What does a program read that makes a mistake?
#pragma once

#include <functional>
#include <string>

#include "gradus/core/error.h"

namespace gradus::test {

inline std::string message_of(const std::function<void()>& mistake) {
    try {
        mistake();
    } catch (const Error& error) {
        return error.what();
    }
    return "nothing thrown";
}

}  // namespace gradus::test
