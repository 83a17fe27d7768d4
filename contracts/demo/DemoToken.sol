// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";

/// @title DemoToken
/// @notice Play money for local chains and test networks: the owner mints at will and anyone may take some.
/// @dev Warning: worthless by construction. A vault on a public chain names real tokens.
contract DemoToken is ERC20Permit, Ownable {
    error FaucetCapExceeded(uint256 amount, uint256 cap);

    uint8 private immutable _decimals;
    uint256 public immutable faucetCap; // native units a call; 0 = no faucet

    constructor(string memory name, string memory symbol, uint8 decimals_, uint256 faucetCap_)
        ERC20(name, symbol)
        ERC20Permit(name)
        Ownable(msg.sender)
    {
        _decimals = decimals_;
        faucetCap = faucetCap_;
    }

    /// @notice Mints `amount` to `to`.
    /// @custom:access owner
    function mint(address to, uint256 amount) external onlyOwner {
        _mint(to, amount);
    }

    /// @notice Mints `amount` to the caller, as often as it likes.
    /// @custom:access anyone
    function faucet(uint256 amount) external {
        require(amount <= faucetCap, FaucetCapExceeded(amount, faucetCap));

        _mint(msg.sender, amount);
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }
}
